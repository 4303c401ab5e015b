// SPDX-License-Identifier: Apache-2.0
import ExportRun

extension Failure {
  /// Our name of the request, where the message does not tell it already.
  var untoldRequest: String? { requestID.flatMap { message.contains($0) ? nil : $0 } }
}
