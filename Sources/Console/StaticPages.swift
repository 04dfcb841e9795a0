import Glibc
import HTTP
import HTTPTypes

/// The pages, read once at the start: a request's path is looked up in a list and never touches the file system.
struct StaticPages: Sendable {
    private struct Page: Sendable {
        var type: String
        var bytes: [UInt8]
        var tag: String
    }

    /// The routes of the pages: what the API's document leaves out.
    static let patterns = ["/", "/welcome/{file...}", "/console", "/console/", "/console/{file...}"]

    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "ico": "image/x-icon", "woff2": "font/woff2", "json": "application/json", "webmanifest": "application/manifest+json",
    ]
    private static let mostFiles = 500
    private static let mostBytes = 8 << 20

    private var pages: [String: Page] = [:]

    /// Reads `answers/`, `console/` and `welcome/` in a folder. Files of other types, hidden ones and links are left out.
    init(folder: String) throws {
        for name in ["console", "welcome", "answers"] { try read(folder, name) }
        for page in ["console/index.html", "welcome/index.html"] where pages[page] == nil {
            throw ConsoleProblem(line: "\(folder)/\(page) is missing: the console's pages are not where they should be")
        }
    }

    func register(on router: inout Router) {
        let pages = self
        router.on(.get, "/") { request, _ in try pages.answer(request, "welcome/index.html") }
        router.on(.get, "/welcome/{file...}") { request, path in try pages.answer(request, "welcome/\(path["file"] ?? "")") }
        router.on(.get, "/console") { _, _ in .redirect(.permanentRedirect, to: "/console/") }
        router.on(.get, "/console/") { request, _ in try pages.answer(request, "console/index.html") }
        router.on(.get, "/console/{file...}") { request, path in try pages.answer(request, "console/\(path["file"] ?? "")") }
    }

    func answer(_ request: ServerRequest, _ name: String) throws -> ServerResponse {
        guard let page = pages[name] else { throw HTTPProblem(.notFound, "nothing is at this path") }
        var response = ServerResponse.bytes(.ok, type: page.type, page.bytes)
        if request.knows(page.tag) { response = ServerResponse(.notModified) }
        response.fields[.eTag] = page.tag
        response.fields[.cacheControl] = "no-cache"
        SecurityHeaders.pages.add(to: &response)
        return response
    }

    private mutating func read(_ root: String, _ folder: String, depth: Int = 0) throws {
        guard let directory = opendir("\(root)/\(folder)") else {
            throw ConsoleProblem(line: "\(root)/\(folder) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name.hasPrefix(".") { continue }
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat("\(root)/\(path)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR, depth < 4 {
                try read(root, path, depth: depth + 1)
            } else if status.st_mode & S_IFMT == S_IFREG, let dot = name.lastIndex(of: "."), let type = Self.types[String(name[name.index(after: dot)...])] {
                try add(path, type, Int(status.st_size), root)
            }
        }
    }

    private mutating func add(_ path: String, _ type: String, _ size: Int, _ root: String) throws {
        guard size + pages.values.reduce(0, { $0 + $1.bytes.count }) <= Self.mostBytes, pages.count < Self.mostFiles else {
            throw ConsoleProblem(line: "\(root) holds more than \(Self.mostFiles) files or \(Self.mostBytes >> 20) MiB: not the console's pages")
        }
        let file = fopen("\(root)/\(path)", "r")
        defer { if let file { fclose(file) } }
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in filled = file.map { fread(buffer.baseAddress, 1, size, $0) } ?? 0 }
        guard bytes.count == size else { throw ConsoleProblem(line: "\(root)/\(path) cannot be read whole") }
        // Weak: the same page leaves with gzip and without.
        pages[path] = Page(type: type, bytes: bytes, tag: "W/\"\(Base64URL.encode(Array(Secrets.sha256(bytes).prefix(12))))\"")
    }
}

extension ServerRequest {
    /// Whether `If-None-Match` names what is there: compared weakly (RFC 9110 §8.8.3.2), since the same page leaves with gzip and without.
    func knows(_ tag: String) -> Bool {
        func strong(_ tag: some StringProtocol) -> String { String(tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : String(tag)) }
        let known = self[.ifNoneMatch]?.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } } ?? []
        return known.contains { $0 == "*" || strong($0) == strong(tag) }
    }
}
