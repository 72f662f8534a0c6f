"""Grey footage, thermal cameras above all: level, scene, silhouettes, freezes."""
