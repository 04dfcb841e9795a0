import Gateway
import HTTP
import HTTPTypes
import Messages
import Storage

/// Formatted mail and attachments. Hostile until the last line: both leave with headers that let nothing run.
struct OriginalRoutes: Sendable {
    /// Nil where nothing can be read again.
    let originals: Originals?

    func register(on api: inout API) {
        api.signedIn(.get, "/api/v1/conversations/{id}/messages/{message}/html") { request, path, _ in try await page(request, path) }
        api.signedIn(.get, "/api/v1/conversations/{id}/messages/{message}/original") { _, path, _ in try await original(path) }
        api.signedIn(.get, "/api/v1/conversations/{id}/messages/{message}/files/{sha256}") { _, path, _ in try await file(path) }
    }

    private func place(_ path: PathParameters) throws -> (conversation: ConversationID, message: MessageID) {
        guard let conversation = path["id"].flatMap({ ConversationID(path: $0) }), let message = path["message"].flatMap({ MessageID(path: $0) }) else { throw APIProblem.notFound }
        return (conversation, message)
    }

    private func page(_ request: ServerRequest, _ path: PathParameters) async throws -> ServerResponse {
        let place = try place(path)
        let query = try QueryFields(request, known: ["images"])
        guard query["images"] == nil || query["images"] == "remote" else { throw QueryFields.wrong("images", "can only be remote") }
        let showsRemote = query["images"] == "remote"
        guard let page = try await originals?.page(of: place.message, in: place.conversation, showsRemoteImages: showsRemote) else { throw APIProblem.notFound }
        let blocked = page.blockedImages
        var response = ServerResponse.bytes(.ok, type: "text/html; charset=utf-8", Array((Self.head + page.html + "</body></html>").utf8))
        if let name = HTTPField.Name("X-Blocked-Images") { response.fields[name] = String(blocked) }
        SecurityHeaders.mail(showsRemoteImages: showsRemote).add(to: &response)
        return response
    }

    /// Ours: readable on light and dark, and each link shows where it leads before it is followed.
    private static let head = """
        <!DOCTYPE html><html><head><meta charset="utf-8"><title>Message</title><style>
        html { background: #fff; color: #1a1a1a; font: 15px/1.5 system-ui, sans-serif; } body { margin: .75rem; overflow-wrap: anywhere; }
        img { max-width: 100%; height: auto; } img[data-remote-src] { display: inline-block; min-width: 1rem; min-height: 1rem; border: 1px dashed #888; }
        a[href]:hover::after, a[href]:focus::after { content: " \\2192  " attr(href); font-size: .85em; color: #555; overflow-wrap: anywhere; }
        </style></head><body>
        """

    private func file(_ path: PathParameters) async throws -> ServerResponse {
        let place = try place(path)
        guard let sha256 = path["sha256"], sha256.utf8.count == 64, sha256.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            let found = try await originals?.file(sha256, of: place.message, in: place.conversation)
        else { throw APIProblem.notFound }
        return Self.download(found.bytes, called: found.file.name)
    }

    private func original(_ path: PathParameters) async throws -> ServerResponse {
        let place = try place(path)
        guard let raw = try await originals?.raw(of: place.message, in: place.conversation) else { throw APIProblem.notFound }
        return Self.download(raw, called: "\(place.message).eml")
    }

    /// To save, never to open in the page's place.
    private static func download(_ bytes: [UInt8], called name: String) -> ServerResponse {
        var response = ServerResponse.bytes(.ok, type: "application/octet-stream", bytes)
        response.fields[.contentDisposition] = FileName.disposition(name)
        SecurityHeaders.mail(showsRemoteImages: false).add(to: &response)
        return response
    }
}
