import Synchronization

/// The HTML of a message, hostile as it is, and the tree that is read out of it at the first need, once for all who ask.
final class HTMLPage: Sendable {
    let html: String
    private let read: Mutex<HTMLDocument?>

    /// - Parameter tree: where it was read already.
    init(_ html: String, tree: HTMLDocument? = nil) {
        self.html = html
        read = Mutex(tree)
    }

    var tree: HTMLDocument {
        read.withLock { known in
            let tree = known ?? HTMLDocument(html)
            known = tree
            return tree
        }
    }
}
