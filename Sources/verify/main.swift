import Identities
