import ChannelKit
import Messages

/// Gets a token for XOAUTH2 with a refresh token (RFC 6749 §6): `oauth` of a mailbox's settings.
struct OAuthRefresh: Sendable, Hashable {
    var tokenURL: String
    var clientID: String
    var clientSecret: String?
    var refreshToken: String
    var scope: String?

    init(_ value: JSON) throws(ConfigurationProblem) {
        let names = ["token_url", "client_id", "client_secret", "refresh_token", "scope"]
        guard let members = value.members else { throw ConfigurationProblem("settings.imap.oauth", "must be { token_url, client_id, client_secret, refresh_token }") }
        var texts: [String: String] = [:]
        for member in members {
            guard names.contains(member.name) else { throw ConfigurationProblem("settings.imap.oauth.\(member.name)", "is not a setting of this adapter") }
            if member.value.isNull { continue }
            guard let text = member.value.string, !text.isEmpty else { throw ConfigurationProblem("settings.imap.oauth.\(member.name)", "must be a text") }
            texts[member.name] = text
        }
        guard let tokenURL = texts["token_url"], tokenURL.hasPrefix("https://") || tokenURL.hasPrefix("http://") else {
            throw ConfigurationProblem("settings.imap.oauth.token_url", "must be a URL that begins with https://")
        }
        guard let clientID = texts["client_id"] else { throw ConfigurationProblem("settings.imap.oauth.client_id", "is missing") }
        guard let refreshToken = texts["refresh_token"] else { throw ConfigurationProblem("settings.imap.oauth.refresh_token", "is missing") }
        self.tokenURL = tokenURL
        self.clientID = clientID
        self.refreshToken = refreshToken
        clientSecret = texts["client_secret"]
        scope = texts["scope"]
    }

    /// A fresh token, asked for at each connection: tokens live for an hour and connections break less often.
    func token(_ http: any HTTPSender) async throws(IMAPFailure) -> String {
        var form = [("grant_type", "refresh_token"), ("client_id", clientID), ("refresh_token", refreshToken)]
        if let clientSecret { form.append(("client_secret", clientSecret)) }
        if let scope { form.append(("scope", scope)) }
        let body = form.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
        let reply: HTTPReply
        do {
            reply = try await http.send(
                HTTPCall(method: "POST", url: tokenURL, headers: [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")], body: Array(body.utf8)))
        } catch {
            throw .broken("the token cannot be had: \(Self.words(error))")
        }
        guard reply.status == 200 else {
            // invalid_grant and the like: the refresh token is no good any more.
            if (400..<500).contains(reply.status), reply.status != 429 { throw .locked("the token server refuses the refresh token (\(reply.status))") }
            throw .broken("the token server answers \(reply.status)")
        }
        guard let token = (try? JSON(parsing: reply.body))?["access_token"]?.string, !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .broken("the token server's answer has no access_token")
        }
        return token
    }

    private static func words(_ failure: HTTPCallFailure) -> String {
        switch failure {
        case .notSent(let why), .forbidden(let why), .unknown(let why): why
        }
    }

    private static func escaped(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default: output += "%\(Hex.encode([byte]).uppercased())"
            }
        }
        return output
    }
}
