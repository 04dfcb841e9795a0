import CCMark
import Glibc

/// The Markdown of articles as HTML, by cmark (CommonMark 0.30). HTML in the source and links other than http, https and mailto are left out; images become their words:
/// a page that shows an article fetches nothing from anywhere.
package enum Markdown {
    package static func html(_ text: String) -> String {
        // `CMARK_OPT_DEFAULT` is the safe mode: raw HTML and dangerous links do not come through.
        var text = text
        let tree = text.withUTF8 { bytes in
            // SAFETY: the parser copies what it needs; the pointer is not kept after the call.
            bytes.baseAddress.flatMap { $0.withMemoryRebound(to: CChar.self, capacity: bytes.count) { cmark_parse_document($0, bytes.count, CMARK_OPT_DEFAULT) } }
        }
        guard let tree else { return "" }
        defer { cmark_node_free(tree) }
        tame(tree)
        guard let rendered = cmark_render_html(tree, CMARK_OPT_DEFAULT) else { return "" }
        defer { free(rendered) }
        return String(cString: rendered)
    }

    /// Puts an image's words in its place, empties links that do not lead to a page or a mailbox, and takes headings down two levels, below those of the page.
    private static func tame(_ tree: OpaquePointer) {
        guard let walk = cmark_iter_new(tree) else { return }
        defer { cmark_iter_free(walk) }
        var images: [OpaquePointer] = []
        while true {
            let event = cmark_iter_next(walk)
            if event == CMARK_EVENT_DONE { break }
            guard event == CMARK_EVENT_ENTER, let node = cmark_iter_get_node(walk) else { continue }
            switch cmark_node_get_type(node) {
            case CMARK_NODE_IMAGE: images.append(node)
            case CMARK_NODE_HEADING: _ = cmark_node_set_heading_level(node, min(6, cmark_node_get_heading_level(node) + 2))
            case CMARK_NODE_LINK:
                let target = cmark_node_get_url(node).map { String(cString: $0).lowercased() } ?? ""
                if !["https://", "http://", "mailto:"].contains(where: target.hasPrefix) { _ = cmark_node_set_url(node, "") }
            default: break
            }
        }
        // Children first: an image's words may hold another image.
        for image in images.reversed() {
            while let child = cmark_node_first_child(image) { if cmark_node_insert_before(image, child) == 0 { cmark_node_unlink(child) } }
            cmark_node_unlink(image)
            cmark_node_free(image)
        }
    }
}
