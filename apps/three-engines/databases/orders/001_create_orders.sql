-- Migration: 001_create_orders
-- Description: What was sold, and at which till
-- Depends-On: settings:002_create_tills

-- === UP MIGRATION ===
CREATE TABLE orders (
  id bigint AUTO_INCREMENT PRIMARY KEY,
  till char(2) NOT NULL,
  taken_at datetime(3) NOT NULL DEFAULT current_timestamp(3),
  total decimal(12, 2) NOT NULL DEFAULT 0
) ENGINE = InnoDB;

-- === DOWN MIGRATION ===
DROP TABLE orders;
