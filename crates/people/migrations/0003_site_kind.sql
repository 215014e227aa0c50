-- What a part of the organisation is: a site, or a product, service or person that facts are about.
ALTER TABLE people_site ADD COLUMN kind TEXT NOT NULL DEFAULT 'site';
