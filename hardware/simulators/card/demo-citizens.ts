/** Two people who do not exist. The values are as the issuer's form schema wants them. */

export const demoCitizen = {
  card: 'BT-0417732',
  face: 7,
  claims: {
    fullName: 'Dechen Wangmo',
    fullNameDzongkha: 'བདེ་ཆེན་དབང་མོ།',
    gender: 'female',
    dateOfBirth: '1991-04-17',
    idType: 'cid',
    cid: '10702001934',
    citizenship: 'BT',
    bloodType: 'O+',
    houseNumber: 'DO-2-114',
    thramNumber: '386',
    village: 'Bonday',
    gewog: 'lungnyi',
    dzongkhag: 'paro',
  },
} as const

export const otherCitizen = {
  card: 'BT-0290158',
  face: 10,
  claims: {
    fullName: 'Kinley Tshering',
    fullNameDzongkha: 'ཀུན་ལེགས་ཚེ་རིང་།',
    gender: 'male',
    dateOfBirth: '1968-11-02',
    idType: 'cid',
    cid: '11410003305',
    citizenship: 'BT',
    bloodType: 'A+',
    houseNumber: 'KH-1-027',
    thramNumber: '112',
    village: 'Khaling',
    gewog: 'khaling',
    dzongkhag: 'trashigang',
  },
} as const
