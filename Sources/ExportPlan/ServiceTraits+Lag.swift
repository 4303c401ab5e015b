// SPDX-License-Identifier: Apache-2.0
import ExportCore

extension ServiceTraits {
  /// How long the service needs until it has the data of every window of an export; `nil`: it does not say.
  public func lag(of export: PlannedExport) -> Duration? {
    export.datasets.keys.compactMap { dataset($0) }.filter { $0.kind == .historical }.compactMap { $0.window?.lag }
      .max()
  }
}
