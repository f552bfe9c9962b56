/// The one way in: who may publish, how fast, in how much of the heap, and how entries get into the log.
///
/// A dialect below this package reads a request into drafts. What speaks HTTP turns refusals and receipts into answers.
package com.datashop.gateway.ingest;
