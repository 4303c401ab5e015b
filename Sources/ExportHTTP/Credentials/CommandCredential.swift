// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A program that prints a bearer token. It is run again when the token is refused.
public struct CommandCredential: Sendable, Hashable {
  public static let timeLimit: Duration = .seconds(30)

  /// The program and its arguments, without a shell.
  public var words: [String]

  public init(_ words: [String]) { self.words = words }
}

extension CommandCredential: TokenFetcher {
  func fetch(for audience: TokenAudience, in world: CredentialWorld) async throws -> FetchedToken {
    switch try await world.run(ProgramCall(words, timeLimit: Self.timeLimit)) {
    case .notFound: throw problem("was not found")
    case .timedOut: throw problem("was ended: it took longer than \(DurationText.format(Self.timeLimit))", .again)
    case .failed(let how): throw problem(how)
    // What it says on its standard error may be anything, a secret too.
    case .ended(let status, _, _) where status != 0: throw problem("ended with status \(status)")
    case .ended(_, let output, _):
      let token = output.reveal().trimmingBlanks
      guard TokenExchange.canTravel(token) else { throw problem("printed no token") }
      return FetchedToken(token: Secret(token), life: nil)
    }
  }

  private func problem(_ how: String, _ kind: ErrorClass = .login) -> ServiceError {
    ServiceError(kind, "the command \(words.first ?? "") \(how)")
  }
}
