/// The one way into the log: who may publish, how fast, in how much heap, and how entries are stored.
///
/// A dialect below this package reads a request into drafts. The HTTP layer turns refusals and receipts into answers.
package com.datashop.gateway.ingest;
