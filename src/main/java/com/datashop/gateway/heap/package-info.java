/// The bound on the memory that clients can make this node hold.
package com.datashop.gateway.heap;
