// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `result:` Where the files of a task that succeeded are, and how they are told from other tasks'.
package enum ResultRule: Sendable {
  /// The service wrote them to our container.
  case container(ContainerResult)

  var container: ContainerResult? {
    switch self {
    case .container(let rule): rule
    }
  }
}

package struct ContainerResult: Sendable {
  package var prefix: Template?
  package var manifest: String?
}
