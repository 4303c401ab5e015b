// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportHTTP
import Foundation

extension CredentialWorld {
  /// The world of this process: its programs and its files.
  /// - Parameter folder: what paths are relative to, and where programs run: the manifest's.
  init(folder: URL, environment: [String: String], transport: any HTTPTransport) {
    self.init(
      transport: transport, environment: environment,
      run: { call in try await Self.answer(to: call, folder: folder, environment: environment) },
      read: { path in
        let url = URL(fileURLWithPath: path, relativeTo: folder)
        guard let handle = try? FileHandle(forReadingFrom: url) else { return nil }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: ChildProgram.sizeLimit)).flatMap { $0 }.map { Array($0) }
      })
  }

  private static func answer(
    to call: ProgramCall, folder: URL, environment: [String: String]
  ) async throws -> ProgramAnswer {
    let program = ChildProgram(
      call.words, folder: folder, environment: environment, timeLimit: call.timeLimit, keepsErrors: call.keepsErrors)
    do {
      let ended = try await program.runAside()
      return .ended(
        status: ended.status, output: Secret(String(decoding: ended.output, as: UTF8.self)),
        errors: String(decoding: ended.errors, as: UTF8.self))
    } catch ChildProgram.Problem.notFound {
      return .notFound
    } catch ChildProgram.Problem.timedOut {
      return .timedOut
    } catch let problem as ChildProgram.Problem {
      return .failed("\(problem)")
    }
  }
}
