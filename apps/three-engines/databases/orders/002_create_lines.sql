-- Migration: 002_create_lines
-- Description: The lines of an order; their products are those of the catalog
-- Depends-On: catalog:001_create_products

-- === UP MIGRATION ===
CREATE TABLE order_lines (
  order_id bigint NOT NULL,
  product_code varchar(20) NOT NULL,
  amount int NOT NULL CHECK (amount > 0),
  price decimal(10, 2) NOT NULL,
  PRIMARY KEY (order_id, product_code),
  CONSTRAINT line_of_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) ENGINE = InnoDB;

CREATE INDEX lines_of_product ON order_lines (product_code);

-- === DOWN MIGRATION ===
DROP TABLE order_lines;
