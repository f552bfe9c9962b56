package com.datashop.gateway.ingest.entries;

import com.datashop.gateway.event.Draft;
import com.datashop.gateway.ingest.Rejections;
import java.util.List;
import java.util.Optional;

/// The entries of a body that may be published: at least one.
///
/// @param single whether the body was one entry by itself, which has an answer of its own
/// @param drafts the good entries, in order
/// @param rejections the others; empty unless the publisher asked to publish the good ones alone
public record Batch(boolean single, List<Draft> drafts, Optional<Rejections> rejections) { }
