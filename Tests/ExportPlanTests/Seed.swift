import Testing
@Test func `seed`() { #expect(true) }
