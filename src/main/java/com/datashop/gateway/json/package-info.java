/// The JSON codec: a strict RFC 8259 scanner over UTF-8 bytes, a tree of values built on it, and a writer.
///
/// `Tokens` is the one grammar of tokens. [com.datashop.gateway.json.JsonScanner] steps through them.
/// [com.datashop.gateway.json.JsonValue#parse(byte[])] builds a tree by it. `ValueWalk` passes a whole value
/// without a tree. Time and memory are linear in the input, whatever it is: numbers are never converted, and nesting is
/// bounded.
package com.datashop.gateway.json;
