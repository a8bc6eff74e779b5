-- Migration: 001_create_products
-- Description: What the shop sells

-- === UP MIGRATION ===
CREATE TYPE product_state AS ENUM ('draft', 'on_sale');

CREATE TABLE products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL UNIQUE,
  name text NOT NULL,
  price numeric(10, 2) NOT NULL CHECK (price >= 0),
  state product_state NOT NULL DEFAULT 'draft'
);

INSERT INTO products (code, name, price, state) VALUES
  ('MUG', 'Mug with a whimbrel', 9.50, 'on_sale'),
  ('MAP', 'Map of the mud flats', 12.00, 'on_sale'),
  ('HAT', 'Hat', 25.00, 'draft');

-- === DOWN MIGRATION ===
DROP TABLE products;
DROP TYPE product_state;
