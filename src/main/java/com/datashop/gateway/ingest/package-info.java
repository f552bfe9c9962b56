/// The one way into the log.
///
/// It decides who may publish, how fast, and in how much heap. Then it stores the entries.
///
/// A dialect below this package reads a request into drafts. The HTTP layer turns refusals and receipts into answers.
package com.datashop.gateway.ingest;
