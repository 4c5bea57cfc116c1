// Times one piece of work. The last line is for programs: a JSON object with the seconds of every repetition.
//
//   swift run --package-path Benchmarks -c release bench WORK [THREADS [REPETITIONS]]

import Foundation
import Identities

func complain(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}

do {
  let request = try Request(Array(CommandLine.arguments.dropFirst()))
  let work = try Work.named(request.work, threads: request.threads)
  let measurement = try await Measurement(of: work, for: request)
  print(try measurement.json)
} catch let error as InvalidArgument {
  complain("bench: \(error)\n\n" + Request.usage)
  exit(2)
} catch {
  complain("bench: \(error)")
  exit(1)
}
