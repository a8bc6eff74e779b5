-- Migration: 003_discontinued_products
-- Description: A product may be taken out of the shop
-- Transaction: none
-- Irreversible: PostgreSQL cannot take a value out of an enum

-- === UP MIGRATION ===
ALTER TYPE product_state ADD VALUE IF NOT EXISTS 'discontinued';

-- === DOWN MIGRATION ===
