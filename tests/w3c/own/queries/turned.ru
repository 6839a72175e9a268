PREFIX : <http://example.org/> DELETE { ?a :child ?b } INSERT { ?b :parent ?a } WHERE { ?a :child ?b }
