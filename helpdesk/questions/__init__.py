"""Questions and answers: written from solved inquiries, found while somebody asks, approved by the city."""
