// SPDX-License-Identifier: Apache-2.0

/// What a storage request wants to do, and the SAS letters that permit it (contract.md 6.1).
enum BlobRight: Sendable, CaseIterable {
  case write, createOrWrite, read, delete, list, container, createContainer, deleteContainer, listContainers, account

  /// Any of these letters of a SAS for a container or for a blob in it; empty: not possible with one.
  var serviceLetters: String {
    switch self {
    case .write: "w"
    case .createOrWrite: "wc"
    case .read: "r"
    case .delete: "d"
    case .list: "l"
    case .container, .createContainer, .deleteContainer, .listContainers, .account: ""
    }
  }

  /// Of an account SAS: the resource type and any of these letters.
  var accountLetters: (resource: Character, letters: String) {
    switch self {
    case .write: ("o", "w")
    case .createOrWrite: ("o", "wc")
    case .read: ("o", "r")
    case .delete: ("o", "d")
    case .list: ("c", "l")
    case .container: ("c", "r")
    case .createContainer: ("c", "cw")
    case .deleteContainer: ("c", "d")
    case .listContainers: ("s", "l")
    case .account: ("s", "r")
    }
  }
}
