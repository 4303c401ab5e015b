// SPDX-License-Identifier: Apache-2.0
import ExportManifest
import Testing

@Suite struct CredentialSettingTests {
  @Test func `a credential names the one secret that it needs`() {
    let client = AzureClientSetting(tenant: "t", client: "c", secret: "client_secret")

    #expect(CredentialSetting.none.secret == nil)
    #expect(CredentialSetting.bearer(secret: "token").secret == "token")
    #expect(CredentialSetting.azureClient(client).secret == "client_secret")
  }
}
