// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import ExportStorage

/// Pages of a container's listing.
@Suite struct BlobListingTests {
  private static func listing(_ text: String) -> BlobListing? { BlobListing(Array(text.utf8)) }

  private static func page(_ blobs: String, _ rest: String = "<NextMarker/>") -> String {
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"https://a.example/\"><Prefix>x&amp;y</Prefix>"
      + "<Blobs>\(blobs)</Blobs>\(rest)</EnumerationResults>"
  }

  private static let full = """
    <Blob><Name>a/b&amp;c &lt;1&gt;.json</Name><Properties><Etag>"0x8D4"</Etag><Content-Length>7</Content-Length>
    <Content-Encoding>GZIP</Content-Encoding><Content-CRC64>crc=</Content-CRC64><Content-MD5>md5=</Content-MD5></Properties>
    <Metadata><Name>other</Name><Content-Length>9</Content-Length></Metadata></Blob>
    """

  @Test func `a blob is told with its size, its checksums and its tag`() throws {
    let page = try #require(Self.listing(Self.page(Self.full)))

    var blob = ListedBlob(name: "a/b&c <1>.json", bytes: 7, md5: "md5=")
    (blob.crc64, blob.etag, blob.isGzip) = ("crc=", "0x8D4", true)
    #expect(page.blobs == [blob])
    #expect(page.nextMarker.isEmpty)
  }

  @Test func `what is empty is not told, and names may be encoded`() throws {
    let text = """
      <Blob><Name Encoded="true">a%0Ab%26</Name><Properties><Content-Length>0</Content-Length><Content-MD5 /><Content-CRC64/>
      <Etag></Etag></Properties></Blob><BlobPrefix><Name>dir/</Name></BlobPrefix>
      """
    let page = try #require(Self.listing(Self.page(text, "<NextMarker>2!x&amp;</NextMarker>")))

    #expect(page.blobs == [ListedBlob(name: "a\nb&", bytes: 0)])
    #expect(page.nextMarker == "2!x&")
  }

  @Test(arguments: [
    "", "no", "<EnumerationResults>", "<EnumerationResults><Blobs><Blob><Name>a</Name>", "<a></a>",
    "<EnumerationResults><Blob><Name>a</Name></Blob></EnumerationResults>",
    "<EnumerationResults><Blob><Name>a</Name><Content-Length>x</Content-Length></Blob></EnumerationResults>",
    "<EnumerationResults><Blob><Content-Length>1</Content-Length></Blob></EnumerationResults>",
    "<EnumerationResults><Blob></EnumerationResults>", "<EnumerationResults></EnumerationResults", "<", "<>", "</>",
    "<?", "<!",
    "<EnumerationResults><Blob><Blob></Blob></Blob></EnumerationResults>",
    "<EnumerationResults><Blob><Name Encoded=\"true\">%0</Name><Content-Length>1</Content-Length></Blob></EnumerationResults>",
  ])
  func `what is cut off or lacks a name or a size is no listing`(text: String) {
    #expect(Self.listing(text) == nil)
  }

  @Test func `of blobs with other names nothing is read`() throws {
    func blob(_ name: String, _ length: String = "1") -> String {
      "<Blob><Name>\(name)</Name><Properties><Content-Length>\(length)</Content-Length></Properties></Blob>"
    }
    let names = ["a/1", "b/1", "b/2&amp;3", "b/2&lt;3", "b0", "c/x", "c/y"]
    let encoded = "<Blob><Name Encoded=\"true\">d%2F1</Name><Content-Length>1</Content-Length></Blob>"
    let text = Self.page(names.map { blob($0) }.joined() + blob("z", "unreadable") + encoded)

    func found(_ starts: String...) throws -> [String] {
      try #require(BlobListing(Array(text.utf8), of: NameStarts(starts))).blobs.map(\.name)
    }
    #expect(try found("b/2&") == ["b/2&3"])
    #expect(try found("c/", "d/", "a/", "c/y") == ["a/1", "c/x", "c/y", "d/1"])
    #expect(try found("b") == ["b/1", "b/2&3", "b/2<3", "b0"])
    #expect(try found("0", "b/3", "cc", "e") == [])
    #expect(BlobListing(Array(text.utf8)) == nil, "who looks for all reads all")
    let spaced = Self.page("<Blob><Name>a</Name><Content-Length>1</Content-Length></Blob >" + blob("b"))
    #expect(BlobListing(Array(spaced.utf8), of: NameStarts(["b"])) == nil, "no blob is lost behind another's end")
    #expect(BlobListing(Array(text.utf8.dropLast(60)), of: NameStarts(["a/"])) == nil, "it is cut off")
  }

  @Test func `the first element of a name without children is found`() {
    let text = Array("<Error><Code>Bad&quot;Code</Code><Code>No</Code><Empty/></Error>".utf8)

    #expect(BlobListing.element("Code", in: text) == "Bad\"Code")
    #expect(BlobListing.element("Error", in: text) == nil && BlobListing.element("Empty", in: text) == nil)
  }
}
