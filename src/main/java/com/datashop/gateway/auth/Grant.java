package com.datashop.gateway.auth;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// What a caller may do: of which services and workspaces it may read, or publish, log entries.
///
/// @param caller the user, or a name for the publisher that tells nothing of its token
public record Grant(String caller, List<Scope> scopes) {
    /// Stands for every service or every workspace, in a grant and in a pattern.
    public static final String ANY = "*";

    /// Every combination of these services and workspaces.
    public record Scope(Set<String> services, Set<String> workspaces) {
        /// Everything there is.
        public static final Scope ALL = new Scope(Set.of(ANY), Set.of(ANY));

        private boolean covers(String service, String workspace) {
            return coversService(service) && (workspaces.contains(ANY) || workspaces.contains(workspace));
        }

        private boolean coversService(String service) {
            return services.contains(ANY) || services.contains(service);
        }
    }

    public Grant {
        scopes = List.copyOf(scopes);
    }

    /// A grant of everything.
    public static Grant all(String caller) {
        return new Grant(caller, List.of(Scope.ALL));
    }

    /// Whether it holds for this service and workspace. `*` asks for all of them, and only a grant of all answers that.
    public boolean covers(String service, String workspace) {
        for (var scope : scopes) if (scope.covers(service, workspace)) return true; // asked for every entry of a batch
        return false;
    }

    /// The one service that it is bound to; null when it is for several, or for all.
    public String onlyService() {
        return only(Scope::services);
    }

    /// The one workspace that it is bound to; null when it is for several, or for all.
    public String onlyWorkspace() {
        return only(Scope::workspaces);
    }

    private String only(Function<Scope, Set<String>> part) {
        var all = new HashSet<String>();
        for (var scope : scopes) all.addAll(part.apply(scope));
        return all.size() == 1 && !all.contains(ANY) ? all.iterator().next() : null;
    }

    /// Whether it holds for this service in some workspace.
    public boolean coversService(String service) {
        return scopes.stream().anyMatch(scope -> scope.coversService(service));
    }
}
