// SPDX-License-Identifier: Apache-2.0

extension String {
  /// As a terminal may be given it: names and rows may hold anything, also what moves a cursor.
  var shown: String {
    let isControl = { (character: Character) in
      character.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
    return contains(where: isControl) ? String(map { isControl($0) ? "\u{FFFD}" : $0 }) : self
  }
}
