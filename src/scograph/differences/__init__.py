"""What two datasets say differently: found by canonical form, told in words, and as a patch or an update."""
