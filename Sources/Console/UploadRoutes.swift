import Gateway
import HTTP
import HTTPTypes
import Messages
import Storage

/// Files that an agent brings for a reply.
struct UploadRoutes: Sendable {
    /// Nil where none are taken.
    let uploads: Uploads?

    func register(on api: inout API) {
        api.signedIn(.post, "/api/v1/files", bodyLimit: Uploads.longest) { request, _, caller in
            let query = try QueryFields(request, known: ["name"])
            guard let name = query["name"], !name.isEmpty, name.utf8.count <= 1000 else {
                throw QueryFields.wrong("name", "must say how the file is called, in at most 1,000 bytes")
            }
            // A page of another site can send forms; it cannot send this type without asking first.
            guard let mime = try request.only("content-type"), !["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"].contains(FileName.mediaType(mime)) else {
                throw APIProblem(.unsupportedMediaType, "no_type", "send the file's bytes as application/octet-stream, or under its own type")
            }
            let bytes = try await request.body.collect(upTo: Uploads.longest)
            guard let kept = try await uploads?.keep(bytes, name: name, mime: mime, by: caller.agent.id) else {
                throw APIProblem(.conflict, "too_many_files", "too many files wait for a reply of yours; they are forgotten after a day")
            }
            let answer: JSON = [
                "id": .string(kept.id), "name": .string(kept.file.name), "mime": .string(kept.file.mime), "size": .integer(Int64(kept.file.size)),
                "sha256": .string(kept.file.sha256),
            ]
            return .json(.created, answer.bytes)
        }
    }
}
