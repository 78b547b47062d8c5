/** A driver that ends at once. */
process.exit(3)
