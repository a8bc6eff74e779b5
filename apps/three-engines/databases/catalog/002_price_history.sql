-- Migration: 002_price_history
-- Description: Every price that a product ever had

-- === UP MIGRATION ===
CREATE TABLE prices (
  product_id bigint NOT NULL REFERENCES products ON DELETE CASCADE,
  price numeric(10, 2) NOT NULL,
  since timestamptz NOT NULL DEFAULT now()
);

INSERT INTO prices (product_id, price) SELECT id, price FROM products;

CREATE FUNCTION note_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO prices (product_id, price) VALUES (NEW.id, NEW.price);
  RETURN NEW;
END
$$;

CREATE TRIGGER note_price AFTER INSERT OR UPDATE OF price ON products
FOR EACH ROW EXECUTE FUNCTION note_price();

-- === DOWN MIGRATION ===
DROP TRIGGER note_price ON products;
DROP FUNCTION note_price();
DROP TABLE prices;
