@_exported import Arithmetic
@_exported import Catalogue
@_exported import Formulas
@_exported import Probability
@_exported import Report
@_exported import Sampling
@_exported import Transport
@_exported import Verification
