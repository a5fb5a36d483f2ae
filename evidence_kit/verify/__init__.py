"""What a recipient checks, offline and without a vault: containers, bags, proofs and signatures, told as findings."""
