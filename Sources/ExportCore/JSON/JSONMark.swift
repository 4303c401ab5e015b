// SPDX-License-Identifier: Apache-2.0

/// What a JSON text is made of, without the bytes of it.
public enum JSONMark: UInt8, Sendable {
  case beginObject, endObject, beginArray, endArray, key, string, number, isTrue, isFalse, null
}

/// Why a text is not JSON, and at which byte of it.
public struct JSONSyntaxError: Error, Sendable, Equatable {
  public enum Problem: Sendable, Equatable {
    case unexpected(UInt8), unfinished, badEscape, badNumber, badUTF8, tooDeep(limit: Int), tooLong(limit: Int)
  }
  public var problem: Problem
  public var offset: Int
}
