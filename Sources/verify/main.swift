import Foundation
import Identities
import Study

/// Runs the command; interrupted once it stops cleanly, interrupted again at once.
func respond(to arguments: [String]) async -> Int32 {
  let session: Session
  do {
    session = try Session(try Options(arguments))
  } catch {
    return refuse(error)
  }
  let work = Task { try await session.run() }
  signal(SIGINT, SIG_IGN)
  let interrupts = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
  interrupts.setEventHandler {
    if work.isCancelled { exit(130) }
    work.cancel()
  }
  interrupts.resume()
  defer { interrupts.cancel() }
  do {
    return try await work.value
  } catch is CancellationError {
    complain("Interrupted; the report is as it was.")
    return 130
  } catch {
    return refuse(error)
  }
}

/// Says what was wrong with the call, and how it is meant.
func refuse(_ error: any Error) -> Int32 {
  guard let error = error as? InvalidArgument else {
    complain("verify: \(error)")
    return 1
  }
  complain("verify: \(error)" + (error.argument == "output" ? "" : "\n\n" + Options.usage))
  return 2
}

func complain(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}

exit(await respond(to: Array(CommandLine.arguments.dropFirst())))
