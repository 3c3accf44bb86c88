module macula.test/kind-app

go 1.26.0
