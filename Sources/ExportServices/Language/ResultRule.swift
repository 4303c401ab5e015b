// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// `result:` Where the files of a task that succeeded are, and how they are told from other tasks'.
package enum ResultRule: Sendable {
  /// The service wrote them to our container.
  case container(ContainerResult)
  /// The service gives addresses, which live short.
  case links(LinkResult)
  /// The service hands them out page by page.
  case pages(PageResult)
  /// The answer to one request is the file.
  case answer(RequestTemplate)

  package var container: ContainerResult? { if case .container(let rule) = self { rule } else { nil } }

  /// How files leave the service.
  var delivery: DeliveryTraits {
    if case .container(let rule) = self { .container(rights: rule.rights) } else { .fetched }
  }
}

package struct ContainerResult: Sendable {
  /// Letters of the signature that the service needs, in the order in which signatures have them.
  package var rights = "wl"
  package var prefix: Template?
  package var manifest: String?
  /// Whole names of files that must be there; empty: whatever else tells them.
  package var names: [Template] = []
  /// Whole names of files that may be there.
  package var optional: [Template] = []
  /// Whole names that are no files of the task.
  package var ignored: [Glob] = []
}

package struct LinkResult: Sendable {
  /// Whether what proves who asks goes to the host of a link.
  package enum Proof: String, Sendable, CaseIterable { case same, none }

  /// Where an element of the list says what; pointers.
  package struct Told: Sendable {
    var name: String?
    var bytes: String?
    var md5: String?
    var sha256: String?
    var rows: String?
  }

  /// The request that lists the links; `nil`: a look at the task does.
  package var call: RequestTemplate?
  /// The array of elements, or one of them.
  package var each: Pick
  /// Into an element; empty: the element is the link.
  package var link: String
  package var told = Told()
  /// `nil`: it goes to the service's own host, and nowhere else.
  package var proof: Proof?
  /// Hosts of links besides the service's own.
  package var hosts: [HostPattern] = []
}

package struct PageResult: Sendable {
  package var call: RequestTemplate
  /// Where an answer has what asks for the next page.
  package var cursor: Pick
  /// Cursors that stand for none; an absent or empty one always does.
  package var ends: Set<String>
  /// The header that tells the rows of a page.
  package var count: Pick?
  /// What a page is called.
  package var name: Template?
}

/// A host, or `*.` and the end of a host's name.
package struct HostPattern: Sendable, Equatable {
  package let text: String

  /// `nil` for what is neither.
  package init?(_ text: String) {
    let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
    guard
      name.wholeMatch(of: #/[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*/#) != nil
    else { return nil }
    self.text = text.lowercased()
  }

  package func matches(_ host: String) -> Bool {
    guard text.hasPrefix("*.") else { return host.lowercased() == text }
    let end = text.dropFirst()
    return host.lowercased().hasSuffix(end) && host.utf8.count > end.utf8.count
  }
}
