/// The tree that a browser would make of an HTML text: Gumbo's, copied into one flat array within limits.
///
/// Never fails: of what goes beyond the limits the words are left, and `problem` says so. No element is executed, nothing is loaded.
package struct HTMLDocument: Sendable {
    /// One node. The nodes stand in document order, so the inside of node `i` is `i + 1 ..< nodes[i].end`.
    package struct Node: Sendable {
        package enum Kind: Sendable, Hashable { case element, text, comment }

        package var kind: Kind
        /// Of an element in lower case, otherwise empty.
        package var name: String
        /// False inside of svg and math, where names mean something else.
        package var isHTML: Bool
        /// In source order, names in lower case, each name once.
        package var attributes: [Attribute]
        /// Of a text or comment, character references read; `<script>` and `<style>` hold their content as a text.
        package var text: String
        /// The index of the element around it; of the root itself 0.
        package var parent: Int
        /// 0 for the root.
        package var depth: Int
        /// Behind the last node inside of it.
        package var end: Int

        /// The value of an attribute; empty for one without a value.
        package subscript(_ name: String) -> String? { attributes.first { $0.name == name }?.value }
    }

    package struct Attribute: Sendable, Hashable {
        package var name: String
        package var value: String
    }

    /// What a text may cost. The defaults hold for any mail that a person wrote.
    package struct Limits: Sendable {
        /// Of UTF-8; what is beyond is cut off.
        package var bytes = 2_097_152
        package var nodes = 100_000
        /// Deeper elements are left out, and what is in them stands in the last one above. Browsers stop at 512.
        package var depth = 256
        package var attributes = 64
        /// That Gumbo may hold at a time.
        package var memory = 100_663_296
        package var microseconds = 300_000

        package init() {}
    }

    /// The first is the root, a `<div>` with the attributes of `<body>` that holds everything; `<html>` and `<head>` leave only their content.
    package private(set) var nodes: [Node]
    /// In words for an agent, why the tree is not the whole text; nil when it is.
    package private(set) var problem: String?

    package init(_ html: String, limits: Limits = Limits()) {
        var reading = HTMLTreeReading(limits: limits)
        reading.read(html)
        nodes = reading.nodes
        problem = reading.problem
    }

    /// The indices of the nodes directly inside of `node`.
    package func children(of node: Int) -> [Int] {
        var found: [Int] = []
        var index = node + 1
        while index < nodes[node].end {
            found.append(index)
            index = nodes[index].end
        }
        return found
    }
}
