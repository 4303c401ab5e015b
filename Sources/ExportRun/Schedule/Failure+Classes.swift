// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension Failure {
  public init(_ error: ServiceError) {
    let cause: Cause =
      switch error.kind {
      case _ where error.isUnreachable: .unreachable
      case .again: .service
      case .busy: .throttled
      case .login: .credential
      case .never, .split: .refused
      case .gone: .taskGone
      }
    self.init(cause, error.message, requestID: error.requestID)
  }

  public init(_ error: StoreError) {
    switch error {
    case .again(let message, _), .never(let message): self.init(.storage, message)
    case .refused(let message): self.init(.credential, message)
    case .disk(let message): self.init(.disk, message)
    case .artifact(let message): self.init(.artifact, message)
    }
  }
}
