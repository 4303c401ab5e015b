// SPDX-License-Identifier: Apache-2.0

/// What a stable code stands for: the text of `outhaul explain`, and of the rules that code hosts and editors show.
public struct DiagnosticCode: Sendable, Equatable {
  /// A text that has the problem, and the same text without it.
  public struct Example: Sendable, Equatable {
    /// What the text is.
    public enum Form: String, Sendable, Equatable {
      /// Sections of a manifest; those that are not shown are right.
      case manifest
      /// Sections of a service description; those that are not shown are right.
      case description
      /// A file that a manifest includes, from its first line to its last.
      case included
      /// A file from its first line to its last.
      case file
      /// Sections of a manifest that is planned with `--local`: what a catalogue says matters.
      case local
      /// A command line.
      case command
    }

    public var form: Form
    public var broken: String
    /// `nil` where nothing can be shown but less of it.
    public var fixed: String?

    /// Sections of a manifest.
    public init(_ broken: String, fixed: String?) { self.init(.manifest, broken, fixed: fixed) }

    public init(_ form: Form, _ broken: String, fixed: String?) {
      (self.form, self.broken, self.fixed) = (form, broken, fixed)
    }
  }

  /// Such as `M014`.
  public var code: String
  /// A few words, lower case.
  public var title: String
  /// A paragraph: what is checked, and why.
  public var meaning: String
  /// What to do, in a sentence or two.
  public var fix: String
  /// `nil` where it would be too long to show.
  public var example: Example?

  public init(_ code: String, _ title: String, meaning: String, fix: String, example: Example?) {
    (self.code, self.title, self.meaning, self.fix, self.example) = (code, title, meaning, fix, example)
  }
}
