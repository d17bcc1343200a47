"""Staff: users, roles as code, sign-in with a second factor, networks."""
