package com.datashop.gateway.ingest.entries;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Rejections;
import java.util.List;
import java.util.Optional;

/// The entries of a body that may be published. There is at least one.
///
/// @param single whether the body was one entry and not a list; it has an answer of its own
/// @param drafts the good entries, in order
/// @param rejections the other entries; empty unless the publisher asked to publish the good ones alone
public record EntryBatch(boolean single, List<Draft> drafts, Optional<Rejections> rejections) { }
