// JSON text as a reader sees it.

const ESCAPE = /\\(?:([^u])|u([0-9a-fA-F]{4}))/g;
const SIGNS = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The JSON text with the escapes of its strings undone, as the gateway searches it for `q`. */
export function unescaped(text) {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (_, sign, code) =>
    sign === undefined ? String.fromCharCode(parseInt(code, 16)) : SIGNS[sign] ?? sign);
}
