package com.datashop.gateway.http.pages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Makes one ES module of several. Then a page loads one file, one hash covers it, and people can copy that one file.
///
/// ```
///   import { a } from './a.js';        const module1 = (() => { ...a.js...; return { a }; })();
///   export class B { ... }      ──▶    const module2 = (() => {
///                                        const { a } = module1; class B { ... } return { B };
///                                      })();
///                                      export const { B } = module2;
/// ```
///
/// It knows the few forms of `import` and `export` that our own files use, each at the start of a line, and refuses
/// others. The names of one file cannot clash with those of another.
final class Bundle {
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:\\{([^}]*)\\} from )?'([^']+)';\\n");
    private static final Pattern EXPORT =
            Pattern.compile("(?m)^export (?=(?:async )?(?:class|function\\*?|const) (\\w+))");
    private static final Pattern EXPORT_FROM = Pattern.compile("(?m)^export \\{([^}]*)\\} from '([^']+)';\\n");
    private static final Pattern UNKNOWN = Pattern.compile("(?m)^(?:import|export)\\b.*");
    private static final Pattern HEAD = Pattern.compile("\\A(?:/\\*.*?\\*/\\n|(?://[^\\n]*\\n)+)", Pattern.DOTALL);

    private final UnaryOperator<String> files;
    private final Map<String, String> served;
    private final Map<String, String> modules = new LinkedHashMap<>();
    private final List<String> outside = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();

    private Bundle(UnaryOperator<String> files, Map<String, String> served) {
        this.files = files;
        this.served = served;
    }

    /// The module of this name together with all that it imports.
    ///
    /// @param files gives the text of a file
    /// @param served the files that stay imports, by name, with their addresses; a name without a path stays one too
    /// @throws IllegalStateException when a file has another form of `import` or `export`
    static String of(String name, UnaryOperator<String> files, Map<String, String> served) {
        String entry = files.apply(name);
        if (!IMPORT.matcher(entry).find() && !EXPORT_FROM.matcher(entry).find()) return entry;
        var bundle = new Bundle(files, served);
        var exported = bundle.add(name);
        var head = HEAD.matcher(entry);
        return (head.find() ? head.group() : "") + String.join("", bundle.outside) + bundle.body
                + "export const { " + String.join(", ", exported) + " } = " + bundle.modules.get(name) + ";\n";
    }

    /// Appends the module, after those that it imports, and returns the names that it exports.
    private List<String> add(String name) {
        String text = HEAD.matcher(files.apply(name)).replaceFirst("");
        var exported = new ArrayList<String>();
        text = EXPORT_FROM.matcher(text).replaceAll(found -> {
            names(found.group(1)).forEach(exported::add);
            return Matcher.quoteReplacement("import {" + found.group(1) + "} from '" + found.group(2) + "';\n");
        });
        text = IMPORT.matcher(text).replaceAll(found ->
                Matcher.quoteReplacement(imported(name, found.group(1), found.group(2))));
        text = EXPORT.matcher(text).replaceAll(found -> {
            exported.add(found.group(1));
            return "";
        });
        var unknown = UNKNOWN.matcher(text);
        if (unknown.find()) throw new IllegalStateException(name + " has a form that is not known: " + unknown.group());
        String variable = "module" + (modules.size() + 1);
        modules.put(name, variable);
        body.append("const ").append(variable).append(" = (() => {\n").append(text.strip()).append("\nreturn { ")
                .append(String.join(", ", exported)).append(" };\n})();\n");
        return exported;
    }

    /// The text that replaces an import.
    private String imported(String from, String wanted, String what) {
        boolean bare = !what.startsWith(".");
        String name = bare ? what : resolve(from, what);
        String address = bare ? what : served.get(name); // null for what is taken in
        if (address != null && !modules.containsKey(name)) {
            String variable = "outside" + (outside.size() + 1);
            outside.add("import * as " + variable + " from '" + address + "';\n");
            modules.put(name, variable);
        }
        if (!modules.containsKey(name)) add(name);
        return wanted == null ? "" : "const { " + names(wanted).stream().map(one -> one.replace(" as ", ": "))
                .collect(Collectors.joining(", ")) + " } = " + modules.get(name) + ";\n";
    }

    private static List<String> names(String list) {
        return Pattern.compile(",").splitAsStream(list).map(String::strip).filter(one -> !one.isEmpty()).toList();
    }

    /// The name of a file, from `./file.js` or `../folder/file.js`. There are no other forms.
    private static String resolve(String from, String path) {
        return java.net.URI.create(from).resolve(path).getPath();
    }
}
