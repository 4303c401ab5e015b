// SPDX-License-Identifier: Apache-2.0
import ExportCore

/// A member of rows that something is said of. An object, so that handing it around copies nothing.
final class RowMember {
  let name: [UInt8]
  var isRequired = false
  /// It must lie in the window; its name for messages.
  var time: String?
  var field: FieldCheck?
  /// One of those that tell rows apart.
  var isIdentity = false
  /// Nothing may stand there.
  var mayBeNull = false

  init(name: [UInt8]) { self.name = name }
}

/// The members of rows that something is said of, found by name: rows of one file have them in one order mostly.
struct RowMembers {
  let all: [RowMember]
  private var next = 0

  /// Those of the object that holds rows.
  init(above rules: [FieldRule]) {
    all = rules.map { rule in
      let member = RowMember(name: Array(rule.name.utf8))
      (member.isRequired, member.field, member.mayBeNull) = (true, FieldCheck(rule), rule.mayBeNull)
      return member
    }
  }

  init(_ requirements: RowRequirements, identity: [String] = []) {
    var all: [RowMember] = []
    func change(_ name: String, _ body: (RowMember) -> Void) {
      let bytes = Array(name.utf8)
      let index = all.firstIndex { $0.name == bytes } ?? all.count
      if index == all.count { all.append(RowMember(name: bytes)) }
      body(all[index])
    }
    for name in requirements.rule.required { change(name) { $0.isRequired = true } }
    for name in requirements.times { change(name) { $0.time = name } }
    for rule in requirements.rule.fields {
      change(rule.name) { ($0.field, $0.mayBeNull) = (FieldCheck(rule), rule.mayBeNull) }
    }
    for name in identity { change(name) { $0.isIdentity = true } }
    self.all = all
  }

  /// -1: nothing is said of it.
  mutating func index(of name: UnsafeBufferPointer<UInt8>) -> Int {
    if next < all.count, all[next].name.hasBytes(name) {
      next += 1
      return next - 1
    }
    for index in all.indices where all[index].name.hasBytes(name) {
      next = index + 1
      return index
    }
    return -1
  }

  /// Another row begins.
  mutating func begin() { next = 0 }
}
