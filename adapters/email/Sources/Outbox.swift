import ChannelKit
import Dispatch
import Glibc

/// A folder that takes replies as `.eml` files where no relay is configured. A file appears whole and synced, or not at all;
/// putting the same message there again replaces it with the same octets.
struct Outbox {
    let folder: String

    /// Syncing blocks; it must not hold up a thread that serves connections.
    private static let queue = DispatchQueue(label: "centralino.outbox")

    func put(_ octets: [UInt8], name: String) async throws(DeliveryFailure) {
        let folder = folder
        let problem = await withCheckedContinuation { (done: CheckedContinuation<String?, Never>) in
            Self.queue.async { done.resume(returning: Self.write(octets, folder: folder, name: name)) }
        }
        if let problem { throw DeliveryFailure(.notSent(retryAfter: nil), "the outbox cannot be written to: \(problem)") }
    }

    /// What went wrong, or nil.
    private static func write(_ octets: [UInt8], folder: String, name: String) -> String? {
        func reason(_ what: String) -> String { "\(what): \(String(cString: strerror(errno)))" }
        if mkdir(folder, 0o700) != 0, errno != EEXIST { return reason("making the folder") }
        let target = "\(folder)/\(name).eml"
        let temporary = "\(folder)/.\(name).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return reason("opening") }
        var written = 0
        while written < octets.count {
            // SAFETY: the address and the length stay inside the array.
            let count = octets.withUnsafeBytes { bytes in bytes.baseAddress.map { Glibc.write(file, $0 + written, bytes.count - written) } ?? 0 }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let why = reason("writing")
                Glibc.close(file)
                unlink(temporary)
                return why
            }
            written += count
        }
        guard fsync(file) == 0, Glibc.close(file) == 0, rename(temporary, target) == 0 else {
            let why = reason("storing")
            unlink(temporary)
            return why
        }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return reason("opening the folder") }
        defer { Glibc.close(directory) }
        return fsync(directory) == 0 ? nil : reason("syncing the folder")
    }
}
