/// The JSON codec: a strict RFC 8259 scanner over UTF-8 bytes, a tree of values built on it, and a writer.
///
/// There is one grammar of tokens, in `Tokens`. [com.datashop.gateway.json.JsonScanner] passes them with a cursor, on which
/// [com.datashop.gateway.json.JsonValue#parse(byte[])] builds a tree, and `ValueWalk` passes a whole value without one. Work and
/// memory are linear in the input, whatever it is: numbers are never converted, and nesting is bounded.
package com.datashop.gateway.json;
