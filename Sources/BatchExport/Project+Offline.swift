// SPDX-License-Identifier: Apache-2.0
import ExportCore
import ExportManifest
import ExportPlan

extension Project {
  /// Checks what a plan would tell without what only the services know: windows, and what can be sent of them. One
  /// app stands for all that may be found, in every export, and counts for nothing else.
  /// - Throws: `ProjectError.invalid`.
  public func checkOffline(asOf: Instant) throws {
    var project = self
    project.isAnswered = true
    guard let place = manifest.discoveries.first?.service.place ?? manifest.exports.first?.name.place else { return }
    project.manifest.awaitsCatalogue = false
    var any = AppSetting(name: Located("any", at: place))
    // What is found has whatever its services ask for.
    for parameter in traits.values.flatMap(\.appParameters) where parameter.kind != .template {
      any.parameters[parameter.name] = Located("any", at: place)
    }
    project.manifest.apps = [any]
    for index in manifest.exports.indices {
      project.manifest.exports[index].apps = .all
      // What depends on the app may be wanted; what is left out for every app is left out here as well.
      project.manifest.exports[index].include = manifest.exports[index].include.map { $0.forAnyApp }
      project.manifest.exports[index].exclude.removeAll { !$0.concernsEveryApp }
    }
    _ = try project.expand(asOf: asOf)
  }
}

extension MatrixMatch {
  fileprivate var concernsEveryApp: Bool { apps == nil && labels.requirements.isEmpty }

  fileprivate var forAnyApp: MatrixMatch {
    var match = self
    (match.apps, match.labels) = (nil, LabelSelector([]))
    return match
  }
}
