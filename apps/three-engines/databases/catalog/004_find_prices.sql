-- Migration: 004_find_prices
-- Description: Find the prices of a product, without a lock that keeps the shop waiting
-- Transaction: none

-- === UP MIGRATION ===
CREATE INDEX CONCURRENTLY prices_of_product ON prices (product_id, since);

-- === DOWN MIGRATION ===
DROP INDEX CONCURRENTLY prices_of_product;
