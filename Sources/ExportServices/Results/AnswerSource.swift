// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `answer`: the body of one answer is the file.
struct AnswerSource: ArtifactSource {
  let service: DescribedService
  let call: RequestTemplate
  let scope: Scope

  func files(_ consume: (FetchedFile, ByteReader) async throws -> Void) async throws {
    try await service.fetch(try service.fill(call, scope)) { answer in
      try await consume(FetchedFile(), answer.body)
    }
  }
}
